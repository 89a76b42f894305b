# They stand beside the package here, and not in it: no wheel has the images that they compare with.
let
  leftOut = why: test: {
    inherit test why;
    class = "root";
  };
  hurried = test: {
    inherit test;
    class = "emulator";
    why = "a program that begins with importing matplotlib has ten or twenty seconds, which QEMU often exceeds";
  };
  asks = leftOut "it imports matplotlib.tests, which asks for its images";
in
{
  files = [
    "lib/matplotlib/cm.pyi"
    "lib/matplotlib/tests"
  ];
  select = [ "lib/matplotlib/tests" ];
  # It imports all of the package while it is collected, matplotlib.tests too.
  options = [ "--ignore=lib/matplotlib/tests/test_getattr.py" ];
  core = [
    "lib/matplotlib/tests/test_axes.py"
    "lib/matplotlib/tests/test_ft2font.py"
  ];
  leftOut = [
    (asks "*/test_determinism.py::test_determinism_check*")
    (asks "*/test_determinism.py::test_determinism_source_date_epoch*")
    (asks "*/test_pyplot.py::test_figure_hook")
    (leftOut "it takes itself for a part of the package" "*/test_cbook.py::test_warn_external")
    (leftOut "it wants a program called true" "*/test_animation.py::test_movie_writer_registry")
    (hurried "*/test_backends_interactive.py::test_lazy_auto_backend_selection")
    (hurried "*/test_backends_interactive.py::test_qt_missing")
    (hurried "*/test_font_manager.py::test_fontcache_thread_safe")
    (hurried "*/test_pickle.py::test_axeswidget_interactive")
  ];
  # The last of these change EngFormatter itself, and the workers share out a file in no certain order.
  early = [ "*/test_ticker.py::*ng?ormatter*" ];
}
