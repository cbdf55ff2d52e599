/*
 * The program of an image that holds nothing else: no shell, no C library, no start-up code. Its first act is to write the
 * environment that the kernel put on its stack, one variable on each line, and an empty line; then the files that are named as
 * arguments, and "end" on a line of its own. With "stay" as its last argument it stays for ever; "fail" makes it exit with status 1.
 */
#if defined(__x86_64__)
__asm__(".globl _start\n_start: mov %rsp, %rdi\n\tand $-16, %rsp\n\tcall first_act\n");
enum { READ = 0, WRITE = 1, OPENAT = 257, EXIT = 60, PAUSE_WITH_PPOLL = 271 };

static long system_call(long number, long a, long b, long c, long d)
{
	register long fourth __asm__("r10") = d;
	register long fifth __asm__("r8") = 0;
	long result;
	__asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth), "r"(fifth) : "rcx", "r11", "memory");
	return result;
}
#elif defined(__aarch64__)
__asm__(".globl _start\n_start: mov x0, sp\n\tbl first_act\n");
enum { READ = 63, WRITE = 64, OPENAT = 56, EXIT = 93, PAUSE_WITH_PPOLL = 73 };

static long system_call(long number, long a, long b, long c, long d)
{
	register long x8 __asm__("x8") = number, x0 __asm__("x0") = a, x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c, x3 __asm__("x3") = d, x4 __asm__("x4") = 0;
	__asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4) : "memory");
	return x0;
}
#endif

static void write_all(const char *bytes, long length)
{
	while (length > 0) {
		long written = system_call(WRITE, 1, (long)bytes, length, 0);
		if (written <= 0)
			system_call(EXIT, 2, 0, 0, 0);
		bytes += written, length -= written;
	}
}

static void write_line(const char *text)
{
	long length = 0;
	while (text[length])
		length++;
	write_all(text, length);
	write_all("\n", 1);
}

static int is(const char *text, const char *other)
{
	while (*text && *text == *other)
		text++, other++;
	return *text == *other;
}

static void write_file(const char *path)
{
	char chunk[4096];
	long got, file = system_call(OPENAT, -100, (long)path, 0, 0);
	if (file < 0)
		write_line("(none)");
	while (file >= 0 && (got = system_call(READ, file, (long)chunk, sizeof chunk, 0)) > 0)
		write_all(chunk, got);
}

__attribute__((noreturn, used)) void first_act(long *stack)
{
	long count = *stack;
	char **arguments = (char **)(stack + 1), **environment = arguments + count + 1, *last = count > 1 ? arguments[count - 1] : "";
	while (*environment)
		write_line(*environment++);
	write_line("");
	for (long i = 1; i < count; i++)
		if (*arguments[i] == '/')
			write_file(arguments[i]);
	write_line("end");
	while (is(last, "stay"))
		system_call(PAUSE_WITH_PPOLL, 0, 0, 0, 0);
	for (;;)
		system_call(EXIT, is(last, "fail"), 0, 0, 0);
}
