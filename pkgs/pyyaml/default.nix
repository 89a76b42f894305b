{ libs = [ "libyaml" ]; }
