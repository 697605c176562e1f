/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What Bochs calls while it executes: of its instrumentation interface, the
 * hooks that windows need (instrument.cc). Bochs includes this file in each of
 * its sources, with BX_INSTRUMENTATION 0 too; it is copied there only for the
 * binary that explains.
 */
class bxInstruction_c;

void windows_open(void);
void windows_write(void);
void windows_before(unsigned cpu, bxInstruction_c *insn);
void windows_after(unsigned cpu, bxInstruction_c *insn);
void windows_iteration(unsigned cpu);
void windows_fault(unsigned cpu);
void windows_interrupt(unsigned cpu);
void windows_vmexit(unsigned cpu, Bit32u reason);

#define BX_INSTR_INIT_ENV() windows_open()
#define BX_INSTR_EXIT_ENV() windows_write()

#define BX_INSTR_BEFORE_EXECUTION(cpu, insn) windows_before(cpu, insn)
#define BX_INSTR_AFTER_EXECUTION(cpu, insn)  windows_after(cpu, insn)
#define BX_INSTR_REPEAT_ITERATION(cpu, insn) windows_iteration(cpu)

#define BX_INSTR_EXCEPTION(cpu, vector, error_code) windows_fault(cpu)
#define BX_INSTR_HWINTERRUPT(cpu, vector, cs, eip)  windows_interrupt(cpu)
#define BX_INSTR_VMEXIT(cpu, reason, qualification) windows_vmexit(cpu, reason)

/* Nothing is counted here. */
#define BX_INSTR_INITIALIZE(cpu)
#define BX_INSTR_EXIT(cpu)
#define BX_INSTR_RESET(cpu, type)
#define BX_INSTR_HLT(cpu)
#define BX_INSTR_MWAIT(cpu, addr, len, flags)
#define BX_INSTR_DEBUG_PROMPT()
#define BX_INSTR_DEBUG_CMD(cmd)
#define BX_INSTR_CNEAR_BRANCH_TAKEN(cpu, from, to)
#define BX_INSTR_CNEAR_BRANCH_NOT_TAKEN(cpu, from)
#define BX_INSTR_UCNEAR_BRANCH(cpu, what, from, to)
#define BX_INSTR_FAR_BRANCH(cpu, what, from_cs, from, to_cs, to)
#define BX_INSTR_OPCODE(cpu, insn, opcode, len, is32, is64)
#define BX_INSTR_INTERRUPT(cpu, vector)
#define BX_INSTR_CLFLUSH(cpu, laddr, paddr)
#define BX_INSTR_CACHE_CNTRL(cpu, what)
#define BX_INSTR_TLB_CNTRL(cpu, what, cr3)
#define BX_INSTR_PREFETCH_HINT(cpu, what, seg, offset)
#define BX_INSTR_LIN_ACCESS(cpu, lin, phy, len, memtype, rw)
#define BX_INSTR_PHY_ACCESS(cpu, phy, len, memtype, rw)
#define BX_INSTR_INP(addr, len)
#define BX_INSTR_INP2(addr, len, val)
#define BX_INSTR_OUTP(addr, len, val)
#define BX_INSTR_WRMSR(cpu, addr, value)
