"""A first recipe, from what a source release says about itself and what its index has of it."""
