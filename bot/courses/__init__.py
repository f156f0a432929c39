"""What every feature may say and ask about a course."""
