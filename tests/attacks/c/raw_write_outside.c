// language: c
// problem: io/total
// idea: the host's calls: printing what lies beyond all memory
// verdict: wrong_answer

struct piece {
  const void *from;
  unsigned length;
};

__attribute__((import_module("wasi_snapshot_preview1"), import_name("fd_write"))) int
print(int, const struct piece *, unsigned, unsigned *);

int main(void) {
  unsigned written;
  static struct piece pieces[4] = {{(void *)0xffffff00u, 0xfffu}, {(void *)-1, -1u}};
  print(1, pieces, 4, &written);
  print(1, (void *)0xfffffff0u, 1024, &written);
  print(1, pieces, -1u, &written);
  print(1, pieces, 4, (void *)-1);
  return 0;
}
