/* uname of the target: run under QEMU it names the target's machine, which is what CMake and config.guess ask.  */
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

int
main (int argc, char **argv)
{
  struct utsname name;
  char options[8] = "";
  if (uname (&name) != 0)
    return 1;
  for (int i = 1; i < argc && argv[i][0] == '-'; i++)
    strncat (options, argv[i] + 1, sizeof options - 1 - strlen (options));
  if (!*options)
    strcpy (options, "s");
  const struct
  {
    char letter;
    const char *value;
  } fields[] = {
    { 's', name.sysname }, { 'n', name.nodename }, { 'r', name.release },    { 'v', name.version },
    { 'm', name.machine }, { 'p', name.machine },  { 'i', name.machine }, { 'o', "GNU/Linux" },
  };
  const char *space = "";
  for (unsigned i = 0; i < sizeof fields / sizeof *fields; i++)
    if (strchr (options, fields[i].letter) || (strchr (options, 'a') && !strchr ("pi", fields[i].letter)))
      {
        printf ("%s%s", space, fields[i].value);
        space = " ";
      }
  putchar ('\n');
  return 0;
}
