/* See adc.h. */
#include "adc.h"

#include <avr/io.h> /* ADMUX */

#include "config.h" /* ADMUX_BANDGAP */

#define REFERENCE_AVCC _BV(REFS0)

uint8_t adc_admux(uint8_t input)
{
    if (input >= ADC_INPUT_REFERENCES)
        return (uint8_t)(REFERENCE_AVCC | (input - ADC_INPUT_REFERENCES + ADMUX_BANDGAP));
    return REFERENCE_AVCC | (input & 7);
}

uint8_t adc_adcsrb(uint8_t input)
{
#ifdef MUX5
    return input >= 8 && input < ADC_INPUT_REFERENCES ? _BV(MUX5) : 0;
#else
    (void)input;
    return 0;
#endif
}

void adc_set_input(uint8_t input)
{
    ADMUX = adc_admux(input);
    ADCSRB = adc_adcsrb(input);
}

uint8_t adc_prescaler_bits(uint8_t prescaler)
{
    switch (prescaler) {
    case 16:
        return _BV(ADPS2);
    case 32:
        return _BV(ADPS2) | _BV(ADPS0);
    case 64:
        return _BV(ADPS2) | _BV(ADPS1);
    default:
        return _BV(ADPS2) | _BV(ADPS1) | _BV(ADPS0);
    }
}

uint16_t adc_convert(uint8_t input, uint8_t prescaler)
{
    adc_set_input(input);
    ADCSRA = _BV(ADEN) | _BV(ADSC) | adc_prescaler_bits(prescaler);
    while (ADCSRA & _BV(ADSC))
        ;
    return ADC;
}
