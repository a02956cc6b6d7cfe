// language: c
// problem: io/total
// idea: compiler bombs: a range of items that all have a value
// verdict: compile_error

static const int large[] = {[0 ... 299999999] = 46};

int main(int count, char **words) { return large[count] - 46; }
