"""Looking after courses: what owners are asked and answer, and who looks after what when they can't."""
