// language: c
// problem: io/total
// idea: limits: memory is asked of the machine, page by page
// verdict: wrong_answer

int main(void) {
  while (__builtin_wasm_memory_grow(0, 1) != -1ul)
    ;
  return 0;
}
