/* See cue.h. */
#include "cue.h"

#include <avr/io.h> /* timer 2 */

#include "clock.h"  /* CLOCK_TICK_HZ */
#include "config.h" /* BUZZER_BIT */

/* Half periods of the tone in steps of 4 us (F_CPU / 64). The alarm alternates, to be told from a beat at once. */
#define HALF_PERIOD(hz) ((uint8_t)(F_CPU / 64 / 2 / (hz) - 1))
#define ALARM_HIGH HALF_PERIOD(2700) /* where small piezo discs are loudest */
#define ALARM_LOW HALF_PERIOD(2000)
#define TICK HALF_PERIOD(1200)
#define ACCENT HALF_PERIOD(1800)
#define ALARM_TURN_TICKS 60000UL

static bool on;
static uint8_t kind;
static uint32_t ends, turns;

static void sound(uint8_t half_period)
{
    OCR2A = half_period;
    TCCR2A = _BV(COM2B0) | _BV(WGM21); /* count to OCR2A, turn OC2B round each time */
    TCCR2B = _BV(CS22);                /* F_CPU / 64 */
}

static void stop(void)
{
    TCCR2A = 0; /* gives the pin back to its port, which is low */
    TCCR2B = 0;
    TCNT2 = 0; /* a shorter tone after a longer one must not miss its end */
    LED_PORT &= (uint8_t)~_BV(LED_BIT);
    on = false;
}

/* The Mega's buzzer port is out of the atomic instructions' reach; nothing else uses it. */
void cue_init(void)
{
    BUZZER_PORT &= (uint8_t)~_BV(BUZZER_BIT);
    BUZZER_DDR |= _BV(BUZZER_BIT);
    LED_DDR |= _BV(LED_BIT);
    OCR2B = 0;
    stop();
}

void cue_start(uint8_t new_kind, uint16_t ms, uint32_t now)
{
    stop();
    if (new_kind == CUE_OFF || ms == 0)
        return;
    kind = new_kind;
    ends = now + ms * (CLOCK_TICK_HZ / 1000);
    turns = now + ALARM_TURN_TICKS;
    on = true;
    LED_PORT |= _BV(LED_BIT);
    sound(kind == CUE_SPINE_ALARM ? ALARM_HIGH : kind == CUE_ACCENT ? ACCENT : TICK);
}

void cue_poll(uint32_t now)
{
    if (!on)
        return;
    if ((int32_t)(now - ends) >= 0) {
        stop();
    } else if (kind == CUE_SPINE_ALARM && (int32_t)(now - turns) >= 0) {
        turns += ALARM_TURN_TICKS;
        TCNT2 = 0;
        OCR2A = OCR2A == ALARM_HIGH ? ALARM_LOW : ALARM_HIGH;
    }
}

bool cue_is_on(void)
{
    return on;
}
