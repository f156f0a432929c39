"""Looking after one's courses: what owners are asked, and what they answer."""
