"""Courses: sharing, finding and showing them. Rules are pure, cards are pure, handlers stand around them."""
