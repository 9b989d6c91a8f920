"""The museum's travel and expenses policy, as Markdown."""

from __future__ import annotations

_POLICY = """\
# Travel and expenses policy

Northgate Museum of Science and Design. In force from 1 January 2025; owner: Finance.

This policy says what the museum pays when you travel for it, and how you get your money
back. It applies to employees, trustees, volunteers and couriers who accompany loans.

## Before you travel

Ask your head of department for approval by e-mail. Journeys outside the European Union,
and every journey that costs more than 1,500 euro, also need the approval of the director.

## Getting there

- Take the train where it takes less than six hours door to door. First class is paid for
  journeys of more than four hours.
- Fly in economy class. Courier flights with an object on board may be booked in whatever
  class the lender asks for.
- Your own car is paid at 0.42 euro a kilometre, parking and tolls included on receipt.
- Taxis are paid after 22:00, with luggage, or where no bus or tram runs.

## Staying overnight

| Place | Limit for one night, breakfast included |
| --- | --- |
| Dublin, London, Paris, Zurich | 190 euro |
| Other capitals | 160 euro |
| Everywhere else | 125 euro |

Whoever stays with friends or family may claim 30 euro a night for a present.

## Meals

We pay what you spend, up to 15 euro for lunch and 35 euro for dinner. Alcohol is not paid.
Meals with guests need their names and the reason for the meeting on the receipt, and may
cost 55 euro a head.

## Getting your money back

1. Photograph every receipt on the day you get it; the picture is enough, the paper may go.
2. Hand in the claim within 30 days after your return. Later claims need a reason.
3. Money is transferred with the next payroll, on the 25th of the month.

Without a receipt we can repay no more than 20 euro a journey.

## What we do not pay

Fines, minibar, upgrades, films, lost property and travel insurance that the museum already
holds. If you are unsure, ask expenses@northgate.example before you book.
"""


def policy() -> bytes:
    """The policy as UTF-8 text."""
    return _POLICY.encode()
