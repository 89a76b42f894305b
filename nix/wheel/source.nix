# source pin: a package's source as an archive, as upstream publishes it, or packed where it is a repository's tree.
{
  run,
  file,
  pins,
}:
pin:
let
  source = pins.pin pin.sdist;
in
if pin.sdist.registry != "github" then
  source
else
  "${
    run {
      name = "${pin.name}-${pin.version}-source";
      script = file ./source.sh;
      inherit source;
      # Archives of wheels know no time before 1980, and the store's files are of 1970.
      SOURCE_DATE_EPOCH = pin.upload_time;
    }
  }/source.tar"
