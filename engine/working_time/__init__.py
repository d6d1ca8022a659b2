"""The office's calendar and its arithmetic: which dates are hari kerja, and when N of them have passed.

office = office_calendar()
due = office.add_days(now, 3)          # aware UTC datetime
used = office.between(start, due)      # working minutes, 480 to a hari kerja
"""

from engine.working_time.arithmetic import DAY_MINUTES, JAKARTA, OutOfCalendar, WorkingTime
from engine.working_time.calendar import WEEKDAYS, Calendar, CalendarError, Hours, Kind, Line
from engine.working_time.office_file import DEFAULT_PATH, office_calendar, read_calendar, read_hours

__all__ = [
    "DAY_MINUTES",
    "DEFAULT_PATH",
    "JAKARTA",
    "WEEKDAYS",
    "Calendar",
    "CalendarError",
    "Hours",
    "Kind",
    "Line",
    "OutOfCalendar",
    "WorkingTime",
    "office_calendar",
    "read_calendar",
    "read_hours",
]
