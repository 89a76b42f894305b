/* Preloaded into the programs of a build that is repeated under other circumstances: folders are read in another order,
   it is another day, and the kernel is another. What the build makes must not depend on any of it.  */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <time.h>

/* 400 days and some hours: another year, another day of the week, the other side of a leap day.  */
#define LATER (400L * 86400 + 5 * 3600)

struct listing
{
  DIR *dir;
  struct dirent64 *entries;
  size_t count, next;
  struct listing *following;
};
static struct listing *listings;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct listing *
find (DIR *dir)
{
  struct listing *l = listings;
  while (l && l->dir != dir)
    l = l->following;
  return l;
}

/* The whole folder at the first call, handed out from its end.  */
static struct listing *
list (DIR *dir)
{
  struct listing *l = find (dir);
  if (l)
    return l;
  struct dirent64 *(*original) (DIR *) = dlsym (RTLD_NEXT, "readdir64");
  l = calloc (1, sizeof *l);
  l->dir = dir;
  l->following = listings;
  listings = l;
  for (struct dirent64 *e; (e = original (dir)); l->count++)
    {
      l->entries = realloc (l->entries, (l->count + 1) * sizeof *e);
      memcpy (&l->entries[l->count], e, offsetof (struct dirent64, d_name) + strlen (e->d_name) + 1);
    }
  l->next = l->count;
  return l;
}

struct dirent64 *
readdir64 (DIR *dir)
{
  pthread_mutex_lock (&lock);
  struct listing *l = list (dir);
  struct dirent64 *entry = l->next ? &l->entries[--l->next] : NULL;
  pthread_mutex_unlock (&lock);
  return entry;
}

struct dirent *
readdir (DIR *dir)
{
  return (struct dirent *) readdir64 (dir);
}

static void
forget (DIR *dir)
{
  pthread_mutex_lock (&lock);
  for (struct listing **at = &listings; *at; at = &(*at)->following)
    if ((*at)->dir == dir)
      {
        struct listing *l = *at;
        *at = l->following;
        free (l->entries);
        free (l);
        break;
      }
  pthread_mutex_unlock (&lock);
}

int
closedir (DIR *dir)
{
  int (*original) (DIR *) = dlsym (RTLD_NEXT, "closedir");
  forget (dir);
  return original (dir);
}

void
rewinddir (DIR *dir)
{
  void (*original) (DIR *) = dlsym (RTLD_NEXT, "rewinddir");
  forget (dir);
  original (dir);
}

time_t
time (time_t *where)
{
  struct timespec now;
  clock_gettime (CLOCK_REALTIME, &now);
  if (where)
    *where = now.tv_sec;
  return now.tv_sec;
}

int
clock_gettime (clockid_t clock, struct timespec *where)
{
  int (*original) (clockid_t, struct timespec *) = dlsym (RTLD_NEXT, "clock_gettime");
  int result = original (clock, where);
  if (result == 0 && clock == CLOCK_REALTIME)
    where->tv_sec += LATER;
  return result;
}

int
gettimeofday (struct timeval *restrict where, void *restrict zone)
{
  struct timespec now;
  (void) zone;
  clock_gettime (CLOCK_REALTIME, &now);
  where->tv_sec = now.tv_sec;
  where->tv_usec = now.tv_nsec / 1000;
  return 0;
}

int
uname (struct utsname *where)
{
  int (*original) (struct utsname *) = dlsym (RTLD_NEXT, "uname");
  int result = original (where);
  if (result == 0)
    {
      strcpy (where->release, "6.7.0-varied");
      strcpy (where->nodename, "elsewhere");
    }
  return result;
}
