"""Two e-mails: a thread saved as plain text, and a message as it came over the wire."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

_THREAD = """\
E-mail thread, saved 6 March 2025
Loan of the coins from Pompeii

Elena Ferraro <e.ferraro@museovesuvio.example>, 4 March 2025, 09:12

Dear Aoife,

thank you for the facilities report. Our board has agreed to lend the twenty-four silver
and bronze coins for the small treasury room, from 1 April to 5 October 2025, under these
conditions:

  - relative humidity between 35 and 45 per cent, and no more than 150 lux
  - a locked case with laminated glass, alarmed, two metres from any door
  - insurance from nail to nail for 86,000 euro; please send the certificate by 20 March
  - our courier, Signor Rossi, travels with the crate and is present when it is opened

The coins may be photographed without flash. Reproduction in the catalogue is free, with
the credit line that stands in the loan form.

Kind regards,
Elena

--

Aoife Brennan <a.brennan@northgate.example>, 5 March 2025, 16:40

Dear Elena,

wonderful news. All conditions are fine with us: the new cases by Harrow & Finch hold 40 per
cent in our tests. The certificate will reach you next week. Could the crate arrive on
Wednesday 26 March, in the afternoon? The loading bay is ours alone after two o'clock.

I have booked a room near the museum for Signor Rossi, two nights.

Best wishes,
Aoife
Registrar, Northgate Museum of Science and Design
"""

_BODY = """\
Hello all,

the espresso machine will be serviced on Tuesday 18 March, so the cafe opens at 11:30 that
day. The grinder gets new burrs; Slow Fox bring a replacement in case it takes longer.

Please put the sign at the entrance on Monday evening.

Thanks,
Niamh
"""


def loan_thread() -> bytes:
    """A lender's conditions for a loan and the answer, as UTF-8 text."""
    return _THREAD.encode()


def cafe_notice() -> bytes:
    """A notice to the staff, as an RFC 5322 message."""
    message = EmailMessage(policy=SMTP)
    message["From"] = "Niamh Doyle <n.doyle@northgate.example>"
    message["To"] = "front-of-house@northgate.example"
    message["Subject"] = "Cafe opens later on Tuesday"
    message["Date"] = "Thu, 13 Mar 2025 10:05:00 +0000"
    message["Message-ID"] = "<20250313.1005.4417@northgate.example>"
    message.set_content(_BODY)
    return message.as_bytes()
