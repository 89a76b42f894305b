# The tools that run in the root's own Python (pyproject-hooks, installer, auditwheel), as one folder for sys.path.
{
  run,
  file,
  pins,
}:
run {
  name = "wheel-tools";
  script = file ./tools.sh;
  wheels = pins.tools;
}
