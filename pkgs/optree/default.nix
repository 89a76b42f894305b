{
  # There are 94,000 of them.
  tests.sampled = true;
}
