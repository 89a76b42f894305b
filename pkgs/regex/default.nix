{ tests = import ./tests.nix; }
