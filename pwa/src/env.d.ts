/** True only while developing: the gallery of parts stays out of the production build. */
declare const __GALLERY__: boolean
