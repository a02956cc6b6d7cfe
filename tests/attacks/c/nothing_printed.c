// language: c
// problem: io/total, io/lines, io/mean
// idea: faking completion: main does nothing
// verdict: wrong_answer

int main(void) { return 0; }
