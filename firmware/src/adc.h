/*
 * The ADC's registers: which bits mean which input and clock, and a single conversion while the scan is off.
 *
 * The rule: counts are ratios to the supply, which feeds the dividers as well; nothing here knows about multiplexers.
 */
#ifndef RIG_ADC_H
#define RIG_ADC_H

#include <stdint.h> /* uint8_t */

/* Inputs: 0 to 15 are pins, then what is inside the chip. */
#define ADC_INPUT_REFERENCES 16
#define ADC_INPUT_BANDGAP 16
#define ADC_INPUT_GROUND 17

uint8_t adc_admux(uint8_t input);
uint8_t adc_adcsrb(uint8_t input);
void adc_set_input(uint8_t input);
uint8_t adc_prescaler_bits(uint8_t prescaler); /* 16, 32, 64 or 128 */

uint16_t adc_convert(uint8_t input, uint8_t prescaler); /* waits; only while the scan is stopped */

#endif
