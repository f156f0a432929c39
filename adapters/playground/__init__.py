"""The playground: a pretended chat platform as a local web page, behind the same port as Slack and Discord."""
