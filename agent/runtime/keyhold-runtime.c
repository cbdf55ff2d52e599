/*
 * keyhold-runtime: the OCI runtime that Docker calls in place of runc.
 *
 * It runs at every create, start, exec, kill and delete of a container, so it must be small, quick and dumb: it finds out
 * whether the call concerns a labelled container, asks the keyhold agent over a unix socket, and then becomes the real runtime
 * (execv: same process id, same files, same environment). All editing happens in the agent.
 *
 *     verb                  labelled = no    labelled = yes, or cannot be told
 *     create                runtime          ask the agent; no agent: wait, then refuse
 *     exec --process FILE   runtime          ask the agent; no agent: runtime at once, without the values
 *     checkpoint, restore   runtime          refuse: a checkpoint would put the values on disk, and bring old ones back
 *     anything else         runtime          runtime
 *
 * "run" is among the rest: no engine calls it, and who calls it by hand is root and owns the bundle.
 * A container that is known to have no label never waits for the agent, however sick the agent is.
 *
 * Settings: the file named like this executable with ".conf" appended; lines of key=value, "#" starts a comment.
 *     socket=PATH      where the agent listens
 *     data_root=PATH   the engine's ("Docker Root Dir" of docker info); containers/ID/config.v2.json below it has the labels
 *     runtime=PROGRAM  the real runtime: a path, or a name that is looked up in the engine's PATH; default runc
 *     runtime_arg=ARG  an argument for it, before all others; can be repeated
 *     wait_ms=5000     how long create waits for an agent that is not there, or that ended before its answer, to come back
 *     answer_ms=30000  how long it waits for the answer of one that is there; exec waits 5 s at most
 * A file that cannot be read or understood refuses create, with the reason. The other verbs do what can be done without it,
 * because a broken setting must not keep anybody from stopping a container.
 *
 * A container can have another real runtime (the label keyhold.runtime): the agent writes containers/ID/runtime beside its socket
 * before it answers create, with the program and one argument on each further line. It counts for every verb, with or without agent.
 *
 * Protocol, one question for each connection (the other side is wire.ts):
 *     question: u32 big-endian length, then that many bytes of NUL-terminated strings: "KH1", verb, cwd, argv[1], argv[2], …
 *     answer:   one byte of status, u32 big-endian length, then that many bytes of payload
 *         'O'  go on; for create the agent has edited the bundle's config.json, which lies on tmpfs
 *         'P'  exec only: the payload replaces the process file. It is handed on in a sealed memfd, since the file of
 *              containerd lies in /tmp, which can be on disk
 *         'E'  refuse; the payload is the reason, as one line
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define PROTOCOL "KH1"
#define QUESTION_MAX (1 << 20)
#define ANSWER_MAX (8 << 20)
#define CONFIG_MAX (8 << 20)
#define RETRY_MS 10
/* A health check is not held up for longer by an agent that is there and silent; a healthy one answers within 1 s. */
#define EXEC_ANSWER_MS 5000
/* Above every descriptor that --preserve-fds could name, so that the memfd is never taken for one of those. */
#define MEMFD_FLOOR 64
#define RUNTIME_ARGS_MAX 32

struct settings {
	char file[PATH_MAX + 8];
	const char *socket, *runtime, *data_root;
	const char *runtime_args[RUNTIME_ARGS_MAX];
	int runtime_arg_count;
	long wait_ms, answer_ms;
	char problem[PATH_MAX]; /* why create has to be refused; empty if all is well */
};

struct call {
	int argc;
	char **argv;
	const char *verb, *id, *log; /* log: of --log; each is "" where there is none */
	int process;                 /* exec: index of the option --process; 0 where there is none */
	bool process_inline;         /* --process=FILE rather than --process FILE */
	char config[PATH_MAX];       /* the file that was asked for labels */
};

struct answer {
	char status;
	int process;       /* 'P': a descriptor that survives execv */
	char reason[4096]; /* 'E' */
};

enum label { UNLABELLED, LABELLED, UNKNOWN };

/* ---- telling people ------------------------------------------------------------------------------------------------- */

/* Ends in the way runc does: containerd takes the last error line of the --log file, and docker run prints it. */
__attribute__((noreturn, format(printf, 2, 3))) static void refuse(const struct call *call, const char *format, ...)
{
	char message[16384], escaped[2 * sizeof message], when[32], *to = escaped;
	time_t now = time(NULL);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	for (char *from = message; *from; from++) {
		if ((unsigned char)*from < ' ')
			*from = ' ';
		if (*from == '"' || *from == '\\')
			*to++ = '\\';
		*to++ = *from;
	}
	*to = '\0';
	strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
	int log = open(call->log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
	dprintf(log, "{\"level\":\"error\",\"msg\":\"keyhold: %s\",\"time\":\"%s\"}\n", escaped, when);
	dprintf(STDERR_FILENO, "keyhold: %s\n", message);
	exit(EXIT_FAILURE);
}

/* ---- settings ------------------------------------------------------------------------------------------------------- */

/* Reads a whole small file and ends it with NUL. False with errno; EFBIG if it does not fit. */
static bool read_file(const char *path, char *buffer, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	size_t have = 0;
	ssize_t got;
	while ((got = read(fd, buffer + have, size - have)) > 0 || (got < 0 && errno == EINTR))
		have += got > 0 ? got : 0;
	int error = got < 0 ? errno : have == size ? EFBIG : 0;
	close(fd);
	if (!error)
		buffer[have] = '\0';
	errno = error;
	return !error;
}

static bool set_number(long *to, const char *value)
{
	char *end;
	*to = strtol(value, &end, 10);
	return *value && !*end && *to >= 0 && *to <= 3600 * 1000;
}

static bool add_runtime_arg(struct settings *settings, const char *value)
{
	if (settings->runtime_arg_count == RUNTIME_ARGS_MAX)
		return false;
	settings->runtime_args[settings->runtime_arg_count++] = value;
	return true;
}

static bool set(struct settings *settings, const char *key, const char *value)
{
	if (!strcmp(key, "socket"))
		return *value == '/' && strlen(settings->socket = value) < sizeof((struct sockaddr_un *)0)->sun_path;
	if (!strcmp(key, "data_root"))
		return *(settings->data_root = value) == '/';
	if (!strcmp(key, "runtime"))
		return *(settings->runtime = value) != '\0';
	if (!strcmp(key, "runtime_arg"))
		return add_runtime_arg(settings, value);
	if (!strcmp(key, "wait_ms"))
		return set_number(&settings->wait_ms, value);
	if (!strcmp(key, "answer_ms"))
		return set_number(&settings->answer_ms, value) && settings->answer_ms > 0; /* 0 would mean for ever */
	return false;
}

/* Goes on after a bad line: what can be used of the rest is what stops a container if the file is broken. */
static void read_settings(struct settings *settings)
{
	static char text[16384];
	*settings = (struct settings){.wait_ms = 5000, .answer_ms = 30000};

	ssize_t length = readlink("/proc/self/exe", settings->file, PATH_MAX);
	settings->file[length > 0 ? length : 0] = '\0';
	/* A newer helper was installed over this one a moment ago: its settings are ours. */
	char *deleted = strstr(settings->file, " (deleted)");
	strcpy(deleted ? deleted : settings->file + strlen(settings->file), ".conf");
	if (!read_file(settings->file, text, sizeof text)) {
		strcpy(settings->problem, strerror(errno));
		return;
	}
	for (char *line, *rest = text; (line = strsep(&rest, "\n"));) {
		if (!*line || *line == '#')
			continue;
		char *value = strchr(line, '=');
		if (value)
			*value++ = '\0';
		if (!value || !set(settings, line, value))
			snprintf(settings->problem, sizeof settings->problem, "unknown key or unusable value: %.200s", line);
	}
	if (!settings->problem[0] && (!settings->socket || !settings->data_root))
		strcpy(settings->problem, "the settings socket and data_root are required");
}

/* ---- the command line ----------------------------------------------------------------------------------------------- */

/* Options whose value may be the next argument. A runtime with more of them has to be given those as --name=value. */
static const char *const GLOBAL_VALUES[] = {"root", "log", "log-format", "criu", "rootless", NULL};
static const char *const EXEC_VALUES[] = {"process", "p", "console-socket", "cwd", "env", "e", "user", "u", "additional-gids", "g",
                                          "pid-file", "process-label", "apparmor", "cap", "c", "preserve-fds", "cgroup", NULL};

struct option {
	char name[32], *value;
	bool is_inline;
	int next; /* index of the argument after it */
};

static bool is_in(const char *const *list, const char *name)
{
	while (*list && strcmp(*list, name))
		list++;
	return *list != NULL;
}

/* Reads the option at index i as Go's flag package does: one dash or two, "--name value" or "--name=value". */
static bool read_option(const struct call *call, int i, const char *const *with_value, struct option *option)
{
	if (i >= call->argc || call->argv[i][0] != '-' || !call->argv[i][1])
		return false;
	const char *name = call->argv[i] + (call->argv[i][1] == '-' ? 2 : 1);
	char *equals = strchr(name, '=');
	snprintf(option->name, sizeof option->name, "%.*s", equals ? (int)(equals - name) : (int)strlen(name), name);
	option->is_inline = equals != NULL;
	option->value = equals ? equals + 1 : NULL;
	option->next = i + 1;
	if (!equals && option->next < call->argc && is_in(with_value, option->name))
		option->value = call->argv[option->next++];
	return true;
}

static void read_call(struct call *call, int argc, char **argv)
{
	struct option option;
	int i = 1;
	*call = (struct call){.argc = argc, .argv = argv, .verb = "", .id = "", .log = ""};

	for (; read_option(call, i, GLOBAL_VALUES, &option); i = option.next)
		if (!strcmp(option.name, "log") && option.value)
			call->log = option.value;
	if (i >= argc)
		return;
	call->verb = argv[i];
	if (i + 1 < argc && argv[argc - 1][0] != '-')
		call->id = argv[argc - 1];
	if (strcmp(call->verb, "exec"))
		return;
	for (i++; read_option(call, i, EXEC_VALUES, &option); i = option.next)
		if (!strcmp(option.name, "process") || !strcmp(option.name, "p"))
			call->process = i, call->process_inline = option.is_inline;
}

/* ---- labelled or not ------------------------------------------------------------------------------------------------ */

/*
 * Is there a member "keyhold.…": "…"? A string value is asked for because an image, an argument or a network may well be called
 * keyhold.something; no other map of that file is keyed by what users choose and has strings for values.
 */
static bool has_label(const char *json)
{
	static const char blank[] = " \t\r\n";
	for (const char *at = json; (at = strstr(at, "\"keyhold.")); at++) {
		const char *p = at + 1;
		while (*p && *p != '"')
			p += *p == '\\' && p[1] ? 2 : 1;
		p += *p ? 1 + strspn(p + 1, blank) : 0;
		if (*p == ':' && p[1 + strspn(p + 1, blank)] == '"')
			return true;
	}
	return false;
}

static enum label label_of(const struct settings *settings, struct call *call)
{
	static char json[CONFIG_MAX];
	const char *data_root = settings->data_root ? settings->data_root : "";
	snprintf(call->config, sizeof call->config, "%s/containers/%s/config.v2.json", data_root, call->id);
	if (!read_file(call->config, json, sizeof json))
		return UNKNOWN;
	return has_label(json) ? LABELLED : UNLABELLED;
}

/* ---- asking the agent ----------------------------------------------------------------------------------------------- */

/* Sends or receives that many bytes. False with errno; ECONNRESET where the other side ended too early. */
static bool transfer(int fd, bool sending, char *data, size_t length)
{
	while (length > 0) {
		/* MSG_NOSIGNAL and not SIG_IGN: an ignored SIGPIPE would be inherited by the container. */
		ssize_t moved = sending ? send(fd, data, length, MSG_NOSIGNAL) : recv(fd, data, length, 0);
		if (moved == 0)
			errno = ECONNRESET;
		if (moved == 0 || (moved < 0 && errno != EINTR))
			return false;
		if (moved > 0)
			data += moved, length -= moved;
	}
	return true;
}

static int connect_to(const struct settings *settings)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct timeval limit = {settings->answer_ms / 1000, settings->answer_ms % 1000 * 1000};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	snprintf(address.sun_path, sizeof address.sun_path, "%s", settings->socket);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
		return fd;
	int error = errno;
	close(fd);
	errno = error;
	return -1;
}

/* The question with its length in front; its total size, or 0 if it is too long. */
static size_t write_question(const struct call *call, char *question, size_t size)
{
	char cwd[PATH_MAX];
	const char *first[] = {PROTOCOL, call->verb, getcwd(cwd, sizeof cwd) ? cwd : "/"};
	size_t length = sizeof(uint32_t);
	for (int i = 0; i < 3 + call->argc - 1; i++) {
		const char *string = i < 3 ? first[i] : call->argv[i - 2];
		size_t bytes = strlen(string) + 1;
		if (bytes > size - length)
			return 0;
		memcpy(question + length, string, bytes);
		length += bytes;
	}
	uint32_t body = htonl(length - sizeof body);
	memcpy(question, &body, sizeof body);
	return length;
}

/* Moves the replacement process from the socket into memory that cannot change any more; a descriptor that survives execv. */
static int receive_process(int fd, size_t length)
{
	static char chunk[65536];
	int file = memfd_create("keyhold-process", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	bool ok = file >= 0;
	while (ok && length > 0) {
		size_t part = length < sizeof chunk ? length : sizeof chunk;
		ok = transfer(fd, false, chunk, part) && write(file, chunk, part) == (ssize_t)part;
		length -= part;
	}
	explicit_bzero(chunk, sizeof chunk);
	ok = ok && fcntl(file, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) == 0;
	return ok ? fcntl(file, F_DUPFD, MEMFD_FLOOR) : -1;
}

/* False with errno. */
static bool receive_answer(int fd, const struct call *call, struct answer *answer)
{
	char header[5];
	uint32_t length;
	if (!transfer(fd, false, header, sizeof header))
		return false;
	memcpy(&length, header + 1, sizeof length);
	length = ntohl(length);
	answer->status = header[0];
	if (answer->status == 'O' && length == 0)
		return true;
	if (answer->status == 'P' && call->process && length <= ANSWER_MAX)
		return (answer->process = receive_process(fd, length)) >= 0;
	if (answer->status == 'E' && length <= ANSWER_MAX) {
		size_t part = length < sizeof answer->reason ? length : sizeof answer->reason - 1;
		return transfer(fd, false, answer->reason, part);
	}
	errno = EBADMSG;
	return false;
}

/* Asks once. 0 with an answer, else the errno of what went wrong. */
static int ask(const struct settings *settings, const struct call *call, struct answer *answer)
{
	static char question[QUESTION_MAX];
	size_t length = write_question(call, question, sizeof question);
	*answer = (struct answer){0};
	if (length == 0)
		return E2BIG;
	int fd = connect_to(settings);
	bool ok = fd >= 0 && transfer(fd, true, question, length) && receive_answer(fd, call, answer);
	int error = ok ? 0 : errno;
	close(fd);
	return error;
}

static long now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000L + now.tv_nsec / 1000000L;
}

/* Nobody listens, or who did went away before the answer. */
static bool is_absent(int error)
{
	return error == ENOENT || error == ECONNREFUSED || error == ECONNRESET || error == EPIPE;
}

/*
 * An agent that is being restarted or updated comes back within a moment: a start should not fail for that. One that ended with
 * our question begins the wait anew; unless they all do, because then the question is what ends them.
 */
static int ask_patiently(const struct settings *settings, const struct call *call, struct answer *answer)
{
	const struct timespec pause = {.tv_nsec = RETRY_MS * 1000000L};
	const long began = now_ms();
	for (long absent_since = began;; nanosleep(&pause, NULL)) {
		int error = ask(settings, call, answer);
		long now = now_ms();
		if (!is_absent(error) || now - began >= settings->wait_ms + settings->answer_ms)
			return error;
		if (error == ECONNRESET || error == EPIPE)
			absent_since = now;
		else if (now - absent_since >= settings->wait_ms)
			return error;
	}
}

/* Agents recognize these markers in the error that the engine keeps of a failed start; start-markers.ts has the same. */
#define NO_AGENT_MARKER " [keyhold:no-agent]"

static const char *explain(int error)
{
	if (is_absent(error))
		return "the keyhold agent is not running: start it with: keyhold agent start" NO_AGENT_MARKER;
	if (error == EAGAIN)
		return "the keyhold agent did not answer in time: see its log" NO_AGENT_MARKER;
	if (error == EBADMSG)
		return "the keyhold agent's answer makes no sense: install the helper of the same version with: keyhold agent install";
	return strerror(error);
}

/* ---- the verbs ------------------------------------------------------------------------------------------------------ */

/* Returns when the container may be created. Fails closed: no answer, no start. */
static void allow_create(const struct settings *settings, struct call *call)
{
	struct answer answer;
	if (settings->problem[0])
		refuse(call, "cannot use the settings in %s: %s; write them again with: keyhold agent install", settings->file,
		       settings->problem);
	enum label label = label_of(settings, call);
	const char *unreadable = strerror(errno);
	if (label == UNLABELLED)
		return;
	int error = ask_patiently(settings, call, &answer);
	if (error && label == UNKNOWN)
		refuse(call, "%s (socket %s); without it there is no telling whether the container is labelled, because %s cannot be read"
		       " (%s): if it should be, correct data_root in %s", explain(error), settings->socket, call->config, unreadable,
		       settings->file);
	if (error)
		refuse(call, "%s (socket %s)", explain(error), settings->socket);
	if (answer.status == 'E')
		refuse(call, "%s", answer.reason);
}

/* Gives the exec its current values where there are any to be had; docker exec and health checks go on in any case. */
static void edit_exec(struct settings *settings, struct call *call)
{
	static char path[64];
	struct answer answer;
	if (settings->answer_ms > EXEC_ANSWER_MS)
		settings->answer_ms = EXEC_ANSWER_MS;
	if (settings->problem[0] || !call->process || label_of(settings, call) == UNLABELLED || ask(settings, call, &answer) != 0)
		return;
	if (answer.status == 'E')
		refuse(call, "%s", answer.reason);
	if (answer.status != 'P')
		return;
	snprintf(path, sizeof path, "%s/proc/self/fd/%d", call->process_inline ? "--process=" : "", answer.process);
	call->argv[call->process + (call->process_inline ? 0 : 1)] = path;
}

static void refuse_checkpoint(const struct settings *settings, struct call *call)
{
	if (label_of(settings, call) != UNLABELLED)
		refuse(call, "%s is not possible for a labelled container: a checkpoint puts its secret values on disk; stop and start the"
		       " container instead", call->verb);
}

/* The real runtime of this container, where it has one of its own: a program, and an argument on each further line. */
static void read_own_runtime(struct settings *settings, const struct call *call)
{
	static char path[PATH_MAX], text[4096];
	const char *slash = settings->socket ? strrchr(settings->socket, '/') : NULL;
	if (!slash || !*call->id || strchr(call->id, '/'))
		return;
	snprintf(path, sizeof path, "%.*s/containers/%s/runtime", (int)(slash - settings->socket), settings->socket, call->id);
	if (!read_file(path, text, sizeof text) || !*text)
		return;
	char *rest = text;
	settings->runtime = strsep(&rest, "\n");
	settings->runtime_arg_count = 0;
	for (char *line; (line = strsep(&rest, "\n")) && rest;)
		add_runtime_arg(settings, line);
}

/* A name without a slash is looked up in PATH, which is the engine's own: it finds the runc that the engine would have run. */
__attribute__((noreturn)) static void become_runtime(const struct settings *settings, const struct call *call)
{
	const char *runtime = settings->runtime ? settings->runtime : "runc";
	const char **argv = calloc(call->argc + settings->runtime_arg_count + 2, sizeof *argv);
	int count = 0;
	if (!argv)
		refuse(call, "cannot run the real runtime %s: %s", runtime, strerror(errno));
	argv[count++] = call->argc > 0 ? call->argv[0] : runtime;
	for (int i = 0; i < settings->runtime_arg_count; i++)
		argv[count++] = settings->runtime_args[i];
	for (int i = 1; i < call->argc; i++)
		argv[count++] = call->argv[i];
	execvp(runtime, (char *const *)argv);
	refuse(call, "cannot run the real runtime %s: %s; correct the setting runtime in %s, or the label keyhold.runtime", runtime,
	       strerror(errno), settings->file);
}

int main(int argc, char **argv)
{
	static struct settings settings;
	struct call call;

	/* No core dump and no debugger while answers pass through; execv gives the real runtime the normal state again. */
	prctl(PR_SET_DUMPABLE, 0);
	read_settings(&settings);
	read_call(&call, argc, argv);
	if (*call.id && !strcmp(call.verb, "create"))
		allow_create(&settings, &call);
	else if (*call.id && !strcmp(call.verb, "exec"))
		edit_exec(&settings, &call);
	else if (*call.id && (!strcmp(call.verb, "checkpoint") || !strcmp(call.verb, "restore")))
		refuse_checkpoint(&settings, &call);
	read_own_runtime(&settings, &call);
	become_runtime(&settings, &call);
}
