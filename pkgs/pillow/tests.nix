{
  files = [
    "Tests"
    "conftest.py"
  ];
  select = [ "Tests" ];
  core = [
    "Tests/test_image.py"
    "Tests/test_imagefont.py"
    "Tests/test_file_jpeg.py"
    "Tests/test_file_libtiff.py"
    "Tests/test_file_avif.py"
    "Tests/test_file_webp.py"
    "Tests/test_file_png.py"
  ];
}
