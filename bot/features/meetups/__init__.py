"""Meetups: plan, announce, answer, list, change."""
