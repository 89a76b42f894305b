{
  smoke = ./smoke.py;
  tests = import ./tests.nix;
}
