// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What happens in the windows that the suite's guests time: for `lab explain`.
 *
 * A window opens at the RDTSC of the bytes lfence; rdtsc; shl $32,%rdx of guest
 * code (FIRST_TSC of guest/measure.h), and closes at that of lfence; rdtsc;
 * lfence (SECOND_TSC), or at an RDTSC at one of the addresses in $VMB_CLOSE: the
 * interrupt handlers that take the time. So it does in a module of the host's
 * kernel, which is the suite's (scripts/probe). Bochs' TSC goes on by one at each
 * instruction, and at each event that ends one early or comes between two; what
 * is counted here is compared with the TSC, and must be equal.
 *
 * $VMB_WINDOWS	where to write; nothing is counted without it
 * $VMB_CLOSE	guest addresses, hexadecimal, separated by commas
 *
 * Windows of the same start and length are added up; harness/lab/profile.h says
 * how they are written. [words] are no addresses: see `special`. Ticks that the
 * lines do not explain would be a bug here: whoever reads them adds them up.
 *
 * One CPU only: another's instructions take no time of their own.
 */
#include "bochs.h"
#include "cpu/cpu.h"
#include "cpu/decoder/ia_opcodes.h"
#include "pc_system.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <vector>

namespace {

/* Ticks that belong to no address of the kernel; they come before these. */
enum special {
  HOST_USER, /* user space */
  HOST_FAULT, /* an instruction that faulted: one tick each */
  HOST_EXIT, /* a VM-entry that failed */
  HOST_IDLE, /* ticks in HLT or MWAIT */
  GUEST_CODE,
  GUEST_FAULT,
  GUEST_EXIT, /* an instruction that exited, or an event that did: one tick */
  GUEST_INTERRUPT, /* delivery of a virtual interrupt: one tick each */
  GUEST_IDLE,
  SPECIALS,
};

const char *const special_names[SPECIALS] = {
  "user", "host [fault]", "host [exit]", "idle",
  "guest", "guest [fault]", "guest [exit]", "guest [interrupt]", "guest [idle]",
};

/* What is counted besides, by number. */
enum count_kind {
  RDMSR_COUNT,
  WRMSR_COUNT,
  EXIT_COUNT,
  COUNT_KINDS,
};

const char *const count_names[COUNT_KINDS] = { "rdmsr", "wrmsr", "exit" };

typedef std::map<Bit32u, Bit64u> counts;

/* Add all of @from to @to. */
void add_counts(counts *to, const counts *from)
{
  for (unsigned kind = 0; kind < COUNT_KINDS; kind++)
    for (counts::const_iterator c = from[kind].begin(); c != from[kind].end(); ++c)
      to[kind][c->first] += c->second;
}

/* What happened from one RDTSC on. */
struct tally {
  bool active;
  bx_address lfence;
  Bit64u start, total, vmentries;
  std::vector<Bit32u> ticks; /* by special or place */
  std::vector<unsigned> touched; /* which of ticks are not 0 */
  counts by_number[COUNT_KINDS];

  void clear(void)
  {
    for (size_t n = 0; n < touched.size(); n++)
      ticks[touched[n]] = 0;
    touched.clear();
    for (unsigned kind = 0; kind < COUNT_KINDS; kind++)
      by_number[kind].clear();
    total = vmentries = 0;
    active = false;
  }

  void add(unsigned key, Bit32u n)
  {
    if (!n)
      return;
    if (key >= ticks.size())
      ticks.resize(2 * key + 1);
    if (!ticks[key])
      touched.push_back(key);
    ticks[key] += n;
    total += n;
  }
};

/* All windows of one start and length. */
struct windows {
  Bit64u count, vmentries;
  std::map<unsigned, Bit64u> ticks;
  counts by_number[COUNT_KINDS];
};

FILE *output;
std::vector<bx_address> places; /* of the kernel's instructions */
std::unordered_map<bx_address, unsigned> place_keys;
bx_address last_start; /* of the window that closed last */
std::vector<bx_address> closing;
std::map<std::pair<bx_address, Bit64u>, windows> found;

/*
 * An RDTSC after an LFENCE may open a window or close one: the guest's next
 * instruction tells. Until then all goes to `candidate`.
 */
tally open_window, candidate;

struct {
  bx_address rip;
  unsigned opcode, iterations;
  bool executing, guest;
} now;

bx_address lfence; /* the last instruction watched, if that was an LFENCE */

/* An event whose tick is still to be counted, and when it came. */
unsigned pending = SPECIALS;
Bit64u pending_icount;

bool idle;
Bit64u idle_since;

tally *current(void)
{
  return candidate.active ? &candidate : open_window.active ? &open_window : NULL;
}

void add(unsigned key, Bit32u n)
{
  tally *to = current();

  if (to)
    to->add(key, n);
}

/* Where the host's modules are (Documentation/x86/x86_64/mm.rst), as it has no
 * address space randomization. */
bool in_module(bx_address rip)
{
  return rip >= BX_CONST64(0xffffffffa0000000);
}

/* May a window open or close there? */
bool watched(bx_address rip, bool guest)
{
  return guest || in_module(rip);
}

unsigned key_of(bx_address rip, bool guest)
{
  if (guest)
    return GUEST_CODE;
  if (!(rip >> 63))
    return HOST_USER;
  unsigned &key = place_keys[rip];
  if (!key) {
    places.push_back(rip);
    key = SPECIALS + (unsigned)places.size() - 1;
  }
  return key;
}

void settle_idle(void)
{
  if (!idle)
    return;
  idle = false;
  add(BX_CPU(0)->in_vmx_guest ? GUEST_IDLE : HOST_IDLE,
      (Bit32u)(bx_pc_system.time_ticks() - idle_since));
}

/* Of an instruction cut short, the iterations that were done took time too. */
void settle_instruction(void)
{
  if (now.executing)
    add(key_of(now.rip, now.guest), now.iterations);
  now.executing = false;
}

void settle_event(void)
{
  if (pending != SPECIALS)
    add(pending, 1);
  pending = SPECIALS;
}

/* A tick for each event, but one only where an event leads to the next. */
void event(unsigned which)
{
  Bit64u icount = BX_CPU(0)->get_icount();

  settle_idle();
  settle_instruction();
  if (pending_icount != icount)
    settle_event();
  pending = which;
  pending_icount = icount;
}

void merge_candidate(void)
{
  for (size_t n = 0; n < candidate.touched.size(); n++)
    open_window.add(candidate.touched[n], candidate.ticks[candidate.touched[n]]);
  add_counts(open_window.by_number, candidate.by_number);
  open_window.vmentries += candidate.vmentries;
  candidate.clear();
}

void start_candidate(bx_address lfence_address)
{
  if (candidate.active)
    merge_candidate();
  candidate.lfence = lfence_address;
  candidate.start = bx_pc_system.time_ticks();
  candidate.active = true;
}

void close_window(Bit64u end)
{
  Bit64u length = end - open_window.start;
  windows &w = found[std::make_pair(open_window.lfence, length)];

  w.count++;
  w.vmentries += open_window.vmentries;
  last_start = open_window.lfence;
  for (size_t n = 0; n < open_window.touched.size(); n++)
    w.ticks[open_window.touched[n]] += open_window.ticks[open_window.touched[n]];
  add_counts(w.by_number, open_window.by_number);
  open_window.clear();
}

/* The instruction behind lfence; rdtsc. */
void resolve_candidate(unsigned opcode)
{
  if (opcode == BX_IA_SHL_EqIb) {
    open_window.clear();
    std::swap(open_window, candidate);
  } else if (opcode == BX_IA_LFENCE && open_window.active) {
    close_window(candidate.start);
    candidate.clear();
  } else {
    merge_candidate();
  }
}

/* @rip is watched, and executes @opcode next. */
void before_watched(bx_address rip, unsigned opcode)
{
  if (candidate.active && rip == candidate.lfence + 5)
    resolve_candidate(opcode);
  if (opcode != BX_IA_RDTSC)
    return;
  if (open_window.active && std::find(closing.begin(), closing.end(), rip) != closing.end()) {
    if (candidate.active)
      merge_candidate();
    close_window(bx_pc_system.time_ticks());
  } else if (lfence && rip == lfence + 3) {
    start_candidate(lfence);
  }
}

void count_kind(tally *to)
{
  if (now.opcode == BX_IA_VMRESUME || now.opcode == BX_IA_VMLAUNCH)
    to->vmentries += BX_CPU(0)->in_vmx_guest;
  if (now.opcode == BX_IA_RDMSR || now.opcode == BX_IA_WRMSR)
    to->by_number[now.opcode == BX_IA_WRMSR ? WRMSR_COUNT : RDMSR_COUNT]
                 [BX_CPU(0)->get_reg32(BX_32BIT_REG_ECX)]++;
}

void fail(const char *what, const char *name)
{
  fprintf(stderr, "windows: cannot %s '%s'\n", what, name);
  exit(1);
}

void read_closing(const char *list)
{
  while (list && *list) {
    char *end;
    closing.push_back(strtoull(list, &end, 16));
    if (end == list)
      fail("read $VMB_CLOSE", list);
    list = *end == ',' ? end + 1 : end;
  }
}

void write_name(unsigned key)
{
  if (key < SPECIALS)
    fputs(special_names[key], output);
  else
    fprintf(output, "host 0x%llx", (unsigned long long)places[key - SPECIALS]);
}

void write_windows(bx_address start, Bit64u length, windows &w)
{
  fprintf(output, "window %llx %llu %llu\n", (unsigned long long)start,
          (unsigned long long)length, (unsigned long long)w.count);
  for (std::map<unsigned, Bit64u>::iterator t = w.ticks.begin(); t != w.ticks.end(); ++t) {
    write_name(t->first);
    fprintf(output, " %llu\n", (unsigned long long)t->second);
  }
  for (unsigned kind = 0; kind < COUNT_KINDS; kind++)
    for (counts::iterator c = w.by_number[kind].begin(); c != w.by_number[kind].end(); ++c)
      fprintf(output, "%s 0x%x %llu\n", count_names[kind], (unsigned)c->first,
              (unsigned long long)c->second);
  fprintf(output, "vmentry %llu\n", (unsigned long long)w.vmentries);
}

} // namespace

void windows_open(void)
{
  const char *name = getenv("VMB_WINDOWS");

  if (!name || !*name)
    return;
  output = fopen(name, "w");
  if (!output)
    fail("write $VMB_WINDOWS", name);
  read_closing(getenv("VMB_CLOSE"));
  atexit(windows_write); /* Bochs does not end by BX_INSTR_EXIT_ENV each time */
}

void windows_write(void)
{
  if (!output)
    return;
  for (std::map<std::pair<bx_address, Bit64u>, windows>::iterator f = found.begin();
       f != found.end(); ++f)
    write_windows(f->first.first, f->first.second, f->second);
  fprintf(output, "last %llx\nlost 0\n", (unsigned long long)last_start);
  if (fclose(output))
    fail("write", "$VMB_WINDOWS");
  output = NULL;
}

void windows_before(unsigned cpu, bxInstruction_c *insn)
{
  BX_CPU_C *c = BX_CPU(0);

  if (!output || cpu ||
      (!current() && !watched(c->get_instruction_pointer(), c->in_vmx_guest)))
    return;
  settle_idle();
  settle_instruction();
  settle_event();
  now.rip = c->get_instruction_pointer();
  now.guest = c->in_vmx_guest;
  now.opcode = insn->getIaOpcode();
  now.iterations = 0;
  now.executing = true;
  if (watched(now.rip, now.guest))
    before_watched(now.rip, now.opcode);
}

void windows_iteration(unsigned cpu)
{
  if (!cpu)
    now.iterations++;
}

void windows_after(unsigned cpu, bxInstruction_c *insn)
{
  tally *to;

  UNUSED(insn);
  if (!output || cpu || !now.executing)
    return;
  to = current();
  if (to)
    to->add(key_of(now.rip, now.guest), now.iterations ? now.iterations : 1);
  if (to && !now.guest)
    count_kind(to);
  idle = to && (now.opcode == BX_IA_HLT || now.opcode == BX_IA_MWAIT);
  idle_since = bx_pc_system.time_ticks() + 1;
  if (watched(now.rip, now.guest))
    lfence = now.opcode == BX_IA_LFENCE ? now.rip : 0;
  now.executing = false;
}

void windows_fault(unsigned cpu)
{
  if (output && !cpu)
    event(BX_CPU(0)->in_vmx_guest ? GUEST_FAULT : HOST_FAULT);
}

void windows_vmexit(unsigned cpu, Bit32u reason)
{
  tally *to = current();

  /* Not of a VM-entry that failed. */
  if (output && !cpu && to && BX_CPU(0)->in_vmx_guest)
    to->by_number[EXIT_COUNT][reason & 0xffff]++;
  /* An exit behind an instruction that was done takes no tick of its own. */
  if (now.executing && IS_TRAP_LIKE_VMEXIT(reason))
    return;
  if (output && !cpu)
    event(BX_CPU(0)->in_vmx_guest ? GUEST_EXIT : HOST_EXIT);
}

/* An interrupt of the host takes no tick, a guest's does. */
void windows_interrupt(unsigned cpu)
{
  if (!output || cpu)
    return;
  if (BX_CPU(0)->in_vmx_guest)
    event(GUEST_INTERRUPT);
  else
    settle_idle();
}
