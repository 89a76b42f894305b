# Other circumstances for a build, to prove that its result does not depend on them: `script` is sourced first, `library`
# is mounted at /opt/vary.
{ run, file }:
{
  script = file ./vary.sh;
  library = run {
    name = "vary";
    script = file ./build.sh;
    source = file ./vary.c;
  };
}
