{ libs = [ "libffi" ]; }
