// Script of public pages: components and forms, nothing else.
import { markSupported, startIn, watchConnection } from './start.js';

if (markSupported()) startIn(document);
watchConnection();
