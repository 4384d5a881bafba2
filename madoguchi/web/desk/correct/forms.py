"""What writing an entry anew asks; its words are under `desk.correcting`."""

from madoguchi.web.kit.fields import Line, Story, Whole
from madoguchi.web.kit.form import Form

TEXT = Story("correct_text", required=True, rows=8, guarded=True)
MINUTES = Whole("correct_minutes", least=0, most=1440)
REASON = Line("correct_reason", hint=True, limit=500, guarded=True)

OF_CONTACT = Form("desk.correcting", (TEXT, MINUTES, REASON))
OF_NOTE = Form("desk.correcting", (TEXT, REASON))
