/* `rand` as the GNU library has it: tests that draw their inputs were written with its numbers. An
   additive feedback generator of 31 words; the first 310 draws are thrown away. */

enum { WORDS = 31, APART = 3, DISCARDED = 310 };

static unsigned words[WORDS];
static int place;
static int seeded;

static unsigned step(void) {
  unsigned *front = &words[(place + APART) % WORDS];
  *front += words[place];
  place = (place + 1) % WORDS;
  return *front >> 1;
}

void srand(unsigned seed) {
  long long word = seed == 0 ? 1 : (int)seed;
  words[0] = (unsigned)word;
  for (int index = 1; index < WORDS; index++) {
    word = (16807 * word) % 2147483647;
    if (word < 0)
      word += 2147483647;
    words[index] = (unsigned)word;
  }
  place = 0;
  seeded = 1;
  for (int index = 0; index < DISCARDED; index++)
    step();
}

int rand(void) {
  if (!seeded)
    srand(1);
  return (int)step();
}
