// Types that differ from one architecture to the next, and what clang takes their sizes for.
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>

struct far {
  struct stat stat;
  pthread_mutex_t mutex;
  char sign;
  wchar_t letter;
};

enum {
  FAR_JUMP = sizeof(jmp_buf),
  FAR_SIGNED = (char)-1 < 0,
  FAR_SIZE = sizeof(struct far),
  FAR_STAT = sizeof(struct stat),
  FAR_VARIADIC = sizeof(va_list),
};
