"""What a meetup is, and the rules that hold wherever meetups are spoken of: values and pure functions."""
