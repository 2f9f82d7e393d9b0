"""A visit to the doctor, and what it found as places on the pad."""
