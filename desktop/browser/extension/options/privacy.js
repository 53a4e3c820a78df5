// The privacy statement in the reader's language; docs/privacy-extension.md says the same at more length.

import { fillTexts } from "../panel/words.js";

fillTexts();
