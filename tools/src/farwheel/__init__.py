"""Farwheel's Python half: what happens before and after Nix builds."""
