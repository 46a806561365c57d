"""What a quick look needs of the files in this folder, word for word; a test holds it beside them.

Reading the files costs a tenth of what `patient show` may take. The numbers of a course are pinned as the defaults of
CoursePolicy. Whatever books or screens reads the files.
"""

from __future__ import annotations

QUESTIONNAIRE_IN_FORCE = "2026-1"
INTAKE_VALID_DAYS = 90
