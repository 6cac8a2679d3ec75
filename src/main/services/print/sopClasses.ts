/** SOP classes and well-known instances of print management (PS3.4 annex H, PS3.6 table A-1). */
export const GRAYSCALE_PRINT_META = '1.2.840.10008.5.1.1.9';
export const FILM_SESSION = '1.2.840.10008.5.1.1.1';
export const FILM_BOX = '1.2.840.10008.5.1.1.2';
export const GRAYSCALE_IMAGE_BOX = '1.2.840.10008.5.1.1.4';
export const ANNOTATION_BOX = '1.2.840.10008.5.1.1.15';
export const PRINT_JOB = '1.2.840.10008.5.1.1.14';
export const PRESENTATION_LUT = '1.2.840.10008.5.1.1.23';
export const PRINTER = '1.2.840.10008.5.1.1.16';
export const PRINTER_INSTANCE = '1.2.840.10008.5.1.1.17';
