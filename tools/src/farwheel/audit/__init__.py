"""Whether an installation would succeed from our index alone: sets and goal ask, verdict answers."""
