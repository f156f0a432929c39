"""Slack: Bolt wiring, payloads to requests, the tree to Block Kit, and the Chat port."""
