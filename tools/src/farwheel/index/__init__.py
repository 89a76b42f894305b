"""A static package index out of ledgers and wheels: collect, model, simple_json, simple_html, write."""
