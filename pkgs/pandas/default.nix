{
  patches = [ ./missing-times.patch ];
  smoke = ./smoke.py;
  tests = import ./tests.nix;
}
