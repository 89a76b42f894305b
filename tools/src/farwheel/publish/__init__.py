"""Bringing an index to where people get it from, so that nothing that was published is ever replaced."""
