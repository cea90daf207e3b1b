/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "option_table.h"

#include "option_set.h"
#include "util.h"

const char *const option_group_titles[GROUPS] = {
	[GROUP_MEMORY] = "Memory",
	[GROUP_CPU] = "CPU",
	[GROUP_IO] = "Input and output",
	[GROUP_PROCESSES] = "Processes",
	[GROUP_ANY] = "Any file",
	[GROUP_TIME] = "Time",
	[GROUP_NAMESPACES] = "Namespaces",
	[GROUP_RUNNING] = "Running",
	[GROUP_REPORT] = "Report",
	[GROUP_OTHER] = "Other",
};

#define FORMS_SIZE "500M, 1.5G, 512KiB, 10MB, 4096 or max (K, M, G, T are powers of 1024)"
#define FORMS_MEM "500M, 1.5G, 512KiB, 10MB, 80% or max (K, M, G, T are powers of 1024)"
#define FORMS_RATE                                                                                 \
	"20M, 20M@/data, 20M@/dev/sda or 20M@8:0 (bytes per second; K, M, G, T are powers of 1024; or max)"
#define FORMS_OPS "500, 500@/data, 500@/dev/sda or 500@8:0 (operations per second; or max)"
#define FORMS_DURATION "90, 1.5s, 250ms, 2m or 1h30m"
#define FORMS_RLIMIT                                                                               \
	"NAME=SOFT, NAME=SOFT:HARD or NAME=SOFT: with NAME as core cpu data fsize locks memlock "  \
	"msgqueue nice nofile nproc rss rtprio rttime sigpending stack; a number, size or "        \
	"duration, or max"

/* clang-format off */
const struct option_row option_rows[] = {
	{ 'm', "mem", "SIZE", GROUP_MEMORY, "memory.max; swap is 0 unless --swap is given",
	  FORMS_MEM, option_set_quantity, offsetof(struct spec, mem), quantity_parse_size },
	{ 0, "swap", "SIZE", GROUP_MEMORY, "swap on top of --mem, memory.swap.max",
	  FORMS_SIZE, option_set_quantity, offsetof(struct spec, swap), quantity_parse_size_or_zero },
	{ 0, "mem-high", "SIZE", GROUP_MEMORY, "throttle the tree above SIZE, memory.high",
	  FORMS_MEM, option_set_quantity, offsetof(struct spec, mem_high), quantity_parse_size },
	{ 0, "mem-low", "SIZE", GROUP_MEMORY, "memory that others give up first, memory.low",
	  FORMS_MEM, option_set_quantity, offsetof(struct spec, mem_low), quantity_parse_size },
	{ 0, "mem-min", "SIZE", GROUP_MEMORY, "memory that is never taken away, memory.min",
	  FORMS_MEM, option_set_quantity, offsetof(struct spec, mem_min), quantity_parse_size },
	{ 0, "zswap", "SIZE", GROUP_MEMORY, "swap kept compressed in memory, memory.zswap.max",
	  FORMS_SIZE, option_set_quantity, offsetof(struct spec, zswap), quantity_parse_size_or_zero },
	{ 0, "oom", "group|process", GROUP_MEMORY, "out of memory: kill the whole tree (default) or one process",
	  "group or process", option_set_oom },
	{ 'c', "cpu", "N", GROUP_CPU, "CPUs' worth of time: 1, 0.5, 150%; cpu.max",
	  "1, 0.5, 150% or max", option_set_quantity, offsetof(struct spec, cpu), quantity_parse_cpus },
	{ 0, "cpu-period", "DUR", GROUP_CPU, "period of cpu.max (100ms)",
	  "100ms, 5ms or 1s", option_set_quantity, offsetof(struct spec, cpu_period_us), option_parse_period },
	{ 0, "cpu-burst", "DUR", GROUP_CPU, "unused time of --cpu that may be saved up, cpu.max.burst",
	  "50ms, 1s", option_set_quantity, offsetof(struct spec, cpu_burst_us), quantity_parse_duration },
	{ 0, "cpu-weight", "N|idle", GROUP_CPU, "share of a busy CPU, 1 to 10000 (100), cpu.weight; cpu.idle",
	  "1 to 10000, or idle", option_set_cpu_weight, 0, option_parse_weight },
	{ 0, "cpus", "LIST", GROUP_CPU, "the CPUs it may run on, such as 0-3,8; cpuset.cpus",
	  "numbers and ranges such as 0-3,8; lscpu shows them", option_set_cpu_list, offsetof(struct spec, cpus) },
	{ 0, "mems", "LIST", GROUP_CPU, "the memory nodes it may use, cpuset.mems",
	  "numbers and ranges such as 0-1; lscpu shows the NUMA nodes", option_set_cpu_list, offsetof(struct spec, mems) },
	{ 0, "io-read", "RATE[@PATH]", GROUP_IO, "bytes read per second, io.max, where PATH is (the directory)",
	  FORMS_RATE, option_set_io, 0, quantity_parse_rate, IO_RBPS },
	{ 0, "io-write", "RATE[@PATH]", GROUP_IO, "bytes written per second",
	  FORMS_RATE, option_set_io, 0, quantity_parse_rate, IO_WBPS },
	{ 0, "io-read-ops", "N[@PATH]", GROUP_IO, "read operations per second",
	  FORMS_OPS, option_set_io, 0, option_parse_ops, IO_RIOPS },
	{ 0, "io-write-ops", "N[@PATH]", GROUP_IO, "write operations per second",
	  FORMS_OPS, option_set_io, 0, option_parse_ops, IO_WIOPS },
	{ 0, "io-weight", "N[@PATH]", GROUP_IO, "share of a busy device, 1 to 10000 (100), io.weight",
	  "1 to 10000, as 200, 200@/data, 200@/dev/sda or 200@8:0", option_set_io, 0, option_parse_weight, IO_WEIGHT },
	{ 'p', "pids", "N", GROUP_PROCESSES, "processes and threads at once, pids.max",
	  "a whole number such as 100, or max", option_set_quantity, offsetof(struct spec, pids), option_parse_pids },
	{ 0, "rlimit", "NAME=SOFT[:HARD]", GROUP_PROCESSES, "limit of each process: nofile=100, core=0, stack=8M:64M, …",
	  FORMS_RLIMIT, option_set_rlimit },
	{ 0, "nice", "N", GROUP_PROCESSES, "nice value, -20 to 19; not an increment",
	  "-20 to 19", option_set_nice },
	{ 0, "oom-score-adj", "N", GROUP_PROCESSES, "who dies first when memory runs out, -1000 to 1000",
	  "-1000 (never) to 1000 (first)", option_set_oom_score_adj },
	{ 0, "set", "FILE=VALUE", GROUP_ANY, "write any other file of the group, such as hugetlb.2MB.max=0",
	  "CONTROLLER.NAME=VALUE, such as hugetlb.2MB.max=0", option_set_file },
	{ 't', "time", "DUR", GROUP_TIME, "wall-clock limit",
	  FORMS_DURATION, option_set_quantity, offsetof(struct spec, time_us), quantity_parse_duration },
	{ 0, "cpu-time", "DUR", GROUP_TIME, "CPU time of the whole tree",
	  FORMS_DURATION, option_set_quantity, offsetof(struct spec, cpu_time_us), quantity_parse_duration },
	{ 0, "signal", "SIG", GROUP_TIME, "what to send first when time is up (TERM)",
	  "TERM, SIGINT or 15", option_set_signal },
	{ 0, "grace", "DUR", GROUP_TIME, "from that signal to SIGKILL for the whole tree (5s)",
	  FORMS_DURATION, option_set_quantity, offsetof(struct spec, grace_us), quantity_parse_duration_or_zero },
	{ 'u', "unshare", "LIST", GROUP_NAMESPACES, "namespaces of its own: pid,net,mount,ipc,uts,user,cgroup,time or all",
	  "pid, pid,net or all; of pid net mount ipc uts user cgroup time", option_set_unshare },
	{ 0, "hostname", "NAME", GROUP_NAMESPACES, "the host name inside; implies uts",
	  "a name of at most 64 characters", option_set_hostname },
	{ 0, "pid1", NULL, GROUP_NAMESPACES, "COMMAND itself is pid 1, not pid 2 beside an init; implies pid",
	  NULL, option_set_flag, offsetof(struct spec, namespaces.pid1) },
	{ 0, "map-root", NULL, GROUP_NAMESPACES, "the caller is root inside; implies user",
	  NULL, option_set_flag, offsetof(struct spec, namespaces.map_root) },
	{ 0, "map-user", "UID:GID", GROUP_NAMESPACES, "the caller has these ids inside; implies user",
	  "two numbers, such as 1000:1000", option_set_map_user },
	{ 0, "boottime", "DUR", GROUP_NAMESPACES, "offset of the clock of uptime; may be negative; implies time",
	  "1h, 90 or -30s", option_set_offset, offsetof(struct spec, namespaces.boottime) },
	{ 0, "monotonic", "DUR", GROUP_NAMESPACES, "offset of the monotonic clock; may be negative; implies time",
	  "1h, 90 or -30s", option_set_offset, offsetof(struct spec, namespaces.monotonic) },
	{ 'C', "chdir", "DIR", GROUP_RUNNING, "run COMMAND in DIR",
	  "a directory", option_set_text, offsetof(struct spec, directory) },
	{ 'E', "env", "NAME[=VALUE]", GROUP_RUNNING, "a variable of COMMAND's environment; NAME: as the caller has it",
	  "NAME=VALUE or NAME", option_set_env },
	{ 0, "user", "NAME", GROUP_RUNNING, "run COMMAND as this user, with its groups; for root",
	  "the name or the number of a user", option_set_text, offsetof(struct spec, credentials.user) },
	{ 0, "no-new-privs", NULL, GROUP_RUNNING, "no program can gain privileges: set-user-ID counts for nothing",
	  NULL, option_set_flag, offsetof(struct spec, credentials.no_new_privs) },
	{ 0, "drop-caps", NULL, GROUP_RUNNING, "no capabilities, not even for root",
	  NULL, option_set_flag, offsetof(struct spec, credentials.drop_caps) },
	{ 0, "jobs-env", NULL, GROUP_RUNNING, "set MAKEFLAGS, OMP_NUM_THREADS, GOMAXPROCS, … to the CPUs there are",
	  NULL, option_set_flag, offsetof(struct spec, jobs_env) },
	{ 0, "profile", "NAME", GROUP_RUNNING, "options from ~/.config/limit/NAME.conf or /etc/limit/NAME.conf",
	  "the name of a file, without .conf", option_set_profile },
	{ 0, "config", "FILE", GROUP_RUNNING, "options from FILE; the command line wins over all files",
	  "./batch.conf", option_set_config },
	{ 0, "best-effort", NULL, GROUP_RUNNING, "run even if limits cannot be enforced, and list them",
	  NULL, option_set_flag, offsetof(struct spec, best_effort) },
	{ 0, "leftovers", "kill|wait|leave", GROUP_RUNNING, "what COMMAND leaves behind: kill it, wait for it or let it run",
	  "kill, wait or leave", option_set_leftovers },
	{ 0, "exit-status", "REASON=N", GROUP_RUNNING, "exit with N for a reason: oom, oom-ancestor, time, cpu-time, killed",
	  "oom=50, time=51, cpu-time=52, oom-ancestor=53 or killed=54", option_set_exit_status },
	{ 0, "delegate", NULL, GROUP_RUNNING, "let COMMAND divide its group: all controllers are switched on in it",
	  NULL, option_set_flag, offsetof(struct spec, delegate) },
	{ 'q', "quiet", NULL, GROUP_REPORT, "no report, no warnings",
	  NULL, option_set_flag, offsetof(struct spec, quiet) },
	{ 'v', "verbose", NULL, GROUP_REPORT, "say where the node goes, why, and what is written",
	  NULL, option_set_flag, offsetof(struct spec, verbose) },
	{ 'n', "dry-run", NULL, GROUP_REPORT, "print the plan to stdout; change nothing, start nothing",
	  NULL, option_set_flag, offsetof(struct spec, dry_run) },
	{ 'o', "report", "FILE|&FD", GROUP_REPORT, "write the report to FILE or a descriptor instead of stderr",
	  "-o report.txt or -o '&3'", option_set_text, offsetof(struct spec, report_path) },
	{ 0, "append", NULL, GROUP_REPORT, "add to the FILE of --report",
	  NULL, option_set_flag, offsetof(struct spec, append) },
	{ 'f', "format", "FORM", GROUP_REPORT, "text, json, kv, csv, of --runs also markdown; of --check text or json",
	  "text, json, kv (KEY=VALUE), csv or, with --runs, markdown", option_set_format },
	{ 0, "progress", "[=signal]", GROUP_REPORT, "a line on the terminal of what is used; a line for each SIGUSR1",
	  "nothing, or =signal", option_set_progress },
	{ 0, "sample", "DUR", GROUP_REPORT, "time between the samples of --timeline and --plot (100ms)",
	  "100ms, 1s or 1m", option_set_quantity, offsetof(struct spec, sample_us), option_parse_sample },
	{ 0, "timeline", "FILE", GROUP_REPORT, "samples while it runs: CSV, or lines of JSON into *.json, *.jsonl",
	  "samples.csv or samples.jsonl", option_set_text, offsetof(struct spec, timeline_path) },
	{ 0, "plot", "FILE.svg", GROUP_REPORT, "draw CPU, memory, io and processes over time",
	  "run.svg", option_set_text, offsetof(struct spec, plot_path) },
	{ 0, "runs", "N", GROUP_REPORT, "run N times, each in a fresh group; A ::: B compares",
	  "a whole number such as 10", option_set_quantity, offsetof(struct spec, runs), option_parse_runs },
	{ 0, "warmup", "N", GROUP_REPORT, "with --runs: N runs before those, which do not count",
	  "a whole number such as 1, or 0", option_set_quantity, offsetof(struct spec, warmup), option_parse_warmup },
	{ 0, "check", NULL, GROUP_OTHER, "try every limit on this host: what works, why not, what to do",
	  NULL, option_set_flag, offsetof(struct spec, check) },
	{ 'h', "help", NULL, GROUP_OTHER, "this text",
	  NULL, option_set_flag, offsetof(struct spec, help) },
	{ 'V', "version", NULL, GROUP_OTHER, "name and version",
	  NULL, option_set_flag, offsetof(struct spec, version) },
	{ 0, "list", NULL, GROUP_OTHER, "the nodes that run now, their limits and use; starts nothing",
	  NULL, option_set_flag, offsetof(struct spec, list) },
	{ 0, "gc", NULL, GROUP_OTHER, "remove nodes whose limit was killed; starts nothing",
	  NULL, option_set_flag, offsetof(struct spec, gc) },
};
/* clang-format on */

const size_t option_row_count = ARRAY_SIZE(option_rows);

bool option_argument_is_optional(const struct option_row *row)
{
	return row->argument && row->argument[0] == '[';
}
