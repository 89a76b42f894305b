/* _dl_find_object for a C library before 2.35: the unwinder of GCC 14 has no other way to find a frame's
   tables, and a stub that finds nothing makes every throw abort. Structure as in glibc's <dlfcn.h>.  */
#define _GNU_SOURCE
#include <link.h>
#include <stddef.h>

struct dl_find_object
{
  unsigned long long int dlfo_flags;
  void *dlfo_map_start;
  void *dlfo_map_end;
  struct link_map *dlfo_link_map;
  void *dlfo_eh_frame;
  unsigned long long int reserved[7];
};

struct query
{
  ElfW (Addr) pc;
  struct dl_find_object *result;
};

static int
look (struct dl_phdr_info *info, size_t size, void *data)
{
  struct query *query = data;
  const ElfW (Phdr) *tables = NULL, *hit = NULL;
  ElfW (Addr) start = -1, end = 0;
  (void) size;
  for (int i = 0; i < info->dlpi_phnum; i++)
    {
      const ElfW (Phdr) *p = &info->dlpi_phdr[i];
      ElfW (Addr) from = info->dlpi_addr + p->p_vaddr, to = from + p->p_memsz;
      if (p->p_type == PT_GNU_EH_FRAME)
        tables = p;
      if (p->p_type != PT_LOAD)
        continue;
      if (from < start)
        start = from;
      if (to > end)
        end = to;
      if (query->pc >= from && query->pc < to)
        hit = p;
    }
  if (!hit)
    return 0;
  if (!tables)
    return -1;
  *query->result = (struct dl_find_object) {
    .dlfo_map_start = (void *) start,
    .dlfo_map_end = (void *) end,
    .dlfo_eh_frame = (void *) (info->dlpi_addr + tables->p_vaddr),
  };
  return 1;
}

__attribute__ ((visibility ("hidden"))) int
_dl_find_object (void *pc, struct dl_find_object *result)
{
  struct query query = { (ElfW (Addr)) pc, result };
  return dl_iterate_phdr (look, &query) == 1 ? 0 : -1;
}
