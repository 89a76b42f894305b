# Target libraries, with all that they were built against: who links one of them statically links those too.
libraries:
map (item: item.library) (
  builtins.genericClosure {
    startSet = map (library: {
      key = library.name;
      inherit library;
    }) libraries;
    operator =
      item:
      map (library: {
        key = library.name;
        inherit library;
      }) item.library.needs;
  }
)
