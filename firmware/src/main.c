/*
 * The board's program: start everything, then sleep until an interrupt has something for the main loop.
 *
 * The rule: interrupts move bytes, the main loop thinks. It never waits for one of them: each turn looks at everything
 * and does what can be done.
 */
#include <avr/interrupt.h> /* sei */
#include <avr/io.h>        /* DIDR0 */
#include <avr/sleep.h>     /* SLEEP_MODE_IDLE */

#include "clock.h"    /* clock_now */
#include "config.h"   /* FLAGS */
#include "control.h"  /* control_poll */
#include "cue.h"      /* cue_init */
#include "flags.h"    /* FLAG_WAKE */
#include "link.h"     /* link_poll */
#include "load.h"     /* load_work_begins */
#include "loadcell.h" /* loadcell_poll */
#include "padid.h"    /* padid_init */
#include "stream.h"   /* stream_poll */
#include "watchdog.h" /* watchdog_init */

/*
 * Three cycles an interrupt, eight tests a round. An interrupt that sets the bit between the test and SLEEP is seen one
 * conversion late, for the ADC wakes the processor all the time; that is cheaper than closing the gap.
 */
static inline void sleep_until_woken(void)
{
    __asm__ volatile("1:\n\t"
                     ".rept 8\n\t"
                     "sleep\n\t"
                     "sbic %[flags], %[wake]\n\t"
                     "rjmp 2f\n\t"
                     ".endr\n\t"
                     "rjmp 1b\n"
                     "2:\n\t"
                     "cbi %[flags], %[wake]\n\t"
                     :
                     : [flags] "I"(_SFR_IO_ADDR(FLAGS)), [wake] "I"(FLAG_WAKE)
                     : "memory");
}

/* Analogue inputs need no digital buffers, which would only draw current and couple noise. */
static void quiet_inputs(void)
{
    DIDR0 = 0xFF;
#ifdef DIDR2
    DIDR2 = 0xFF;
#endif
}

int main(void)
{
    watchdog_init();
    clock_init();
    quiet_inputs();
    cue_init();
    padid_init();
    loadcell_init();
    set_sleep_mode(SLEEP_MODE_IDLE);
    sleep_enable();
    sei();
    control_init();
    for (;;) {
        load_work_begins();
        bool scan_passed = stream_poll();
        loadcell_poll();
        control_poll(scan_passed);
        link_poll();
        load_work_ends();
        sleep_until_woken();
    }
}
